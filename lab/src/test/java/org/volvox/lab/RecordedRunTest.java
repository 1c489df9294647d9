package org.volvox.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.json.Json;

/** Event lines go out and come in: the lab's own, and those of a cluster. */
class RecordedRunTest {
  private static final String CLUSTER =
      """
      {"clock":10,"origin":"n1","seq":4,"node":"n1","kind":"vote","at":"2026-11-26T14:00:00.100Z","what":"voted for n2 in term 2"}
      {"clock":12,"origin":"n2","seq":9,"node":"n2","kind":"role","at":"2026-11-26T14:00:00.150Z","what":"became leader, term 2","cause":{"clock":10,"origin":"n1","seq":4}}
      {"clock":3,"origin":"n3","seq":2,"node":"n3","kind":"node-started","at":"2026-11-26T14:00:00.120Z","what":"started"}

      {"clock":14,"origin":"n3","seq":7,"node":"n3","kind":"file","at":"2026-11-26T14:00:00.140Z","what":"made \\"/a\\"","path":"/a","cause":{"clock":12,"origin":"n2","seq":9}}
      {"clock":14,"origin":"n3","seq":7,"node":"n3","kind":"file","at":"2026-11-26T14:00:00.140Z","what":"made \\"/a\\"","path":"/a","cause":{"clock":12,"origin":"n2","seq":9}}
      """;

  @Test
  void aClustersEventsAreExplored() {
    Page page = Page.imports(CLUSTER);
    assertThat(page.told())
        .containsExactly(
            "n1: voted for n2 in term 2",
            "n3: started",
            "n2: became leader, term 2, because of m1 from n1",
            "n3: made \"/a\", because of m2 from n2");
    Json.Fields view = page.view();
    assertThat(Page.is(view, "imported")).isTrue();
    assertThat(view.find("script")).isEmpty();
    assertThat(Page.list(view, "rules")).isEmpty();
    Json.Fields last =
        (Json.Fields) Page.list(Page.ok(LabExports.events(page.lab, 3)), "events").getFirst();
    // Its wall clock was behind that of the cause, which is shown first all the same.
    assertThat(Page.number(last, "at")).isEqualTo(50);
    assertThat(Page.text(last, "word")).isEqualTo("file");
    assertThat(last.find("hybrid")).isEmpty();
    assertThat(last.find("sum")).isEmpty();
    assertThat(Page.ints(Page.ok(LabExports.order(page.lab)), "order")).containsExactly(1, 0, 2, 3);
    Json.Fields before = Page.ok(LabExports.relation(page.lab, 0, 3));
    assertThat(Page.text(before, "answer")).isEqualTo("before");
    assertThat(Page.text(before, "text")).contains("m1 went from n1 to n2, then m2");
    // Between n3's recorded events five were dropped, any of which may have been a receive.
    assertThat(Page.ints(Page.ok(LabExports.cone(page.lab, 3)), "past")).contains(0, 1, 2);
    assertThat(Page.number(Page.ok(LabExports.seek(page.lab, 1)), "now")).isZero();
    page.close();
  }

  @Test
  void anImportedRunIsForkedAndNotEdited() {
    Page page = Page.imports(CLUSTER);
    assertThat(Page.error(LabExports.edit(page.lab, "n1 local"))).contains("fork makes a script");
    assertThat(Page.error(LabExports.edit(page.lab, "clear"))).contains("imported");
    assertThat(Page.error(LabExports.edit(page.lab, "rules forget-max"))).contains("imported");
    String script = Page.text(Page.ok(LabExports.fork(page.lab)), "script");
    assertThat(script)
        .isEqualTo(
            """
            lab 1
            seed 1
            nodes 3
            @0 n1 send n2 delay 50
            @20 n3 local "started"
            @50 n2 send n3 delay 1
            """);
    page.close();
    Page forked = Page.open(script);
    assertThat(Page.text(Page.ok(LabExports.fork(forked.lab)), "script")).isEqualTo(script);
    assertThat(Page.text(Page.ok(LabExports.relation(forked.lab, 0, 4)), "answer"))
        .isEqualTo("before");
    forked.close();
  }

  @Test
  void whatTheLabWritesItReads() {
    for (int seed = 1; seed <= 20; seed++) {
      Page page = Page.open(Page.text(Page.ok(LabExports.random(seed, 4, 40)), "script"));
      String lines = Page.text(Page.ok(LabExports.exportLines(page.lab)), "text");
      Page again = Page.imports(lines);
      assertThat(again.told().stream().sorted().toList())
          .hasSameSizeAs(page.told())
          .allMatch(line -> !line.isEmpty());
      sameRelations(page, again);
      assertThat(Page.text(Page.ok(LabExports.exportLines(again.lab)), "text").lines().sorted())
          .isEqualTo(lines.lines().sorted().toList());
      // A script made of it gives the same events and messages, up to the names of messages.
      Page forked = Page.open(Page.text(Page.ok(LabExports.fork(again.lab)), "script"));
      assertThat(Page.number(forked.view(), "steps")).isEqualTo(Page.number(page.view(), "steps"));
      again.close();
      forked.close();
      page.close();
    }
  }

  private static void sameRelations(Page page, Page again) {
    List<Integer> order = Page.ints(Page.ok(LabExports.order(page.lab)), "order");
    List<Integer> others = Page.ints(Page.ok(LabExports.order(again.lab)), "order");
    assertThat(others).hasSameSizeAs(order);
    for (int i = 0; i < order.size(); i += 3) {
      for (int j = 0; j < order.size(); j += 2) {
        String mine = LabExports.relation(page.lab, order.get(i), order.get(j));
        String other = LabExports.relation(again.lab, others.get(i), others.get(j));
        assertThat(Page.text(Page.ok(other), "answer"))
            .isEqualTo(Page.text(Page.ok(mine), "answer"));
      }
    }
  }

  @Test
  void lossesJoinsAndLeavesComeBack() {
    Page page =
        Page.open(
            """
            lab 1
            nodes 2
            @0 n1 send n2 delay 9
            @1 n1 send n2 delay 9
            @2 drop m1
            @3 node n3
            @4 duplicate m2 delay 20
            @6 n2 send n3 delay 50
            @7 remove n1
            @8 n2 send n3 delay 9
            @8 drop m5
            """);
    Page.ok(LabExports.stepTo(page.lab, 30));
    Page again = Page.imports(Page.text(Page.ok(LabExports.exportLines(page.lab)), "text"));
    assertThat(again.told())
        .contains("m1 from n1 to n2 is lost", "n3 joins", "n1 leaves")
        .anyMatch(line -> line.contains("a copy of m2"));
    List<Json> messages = Page.list(Page.ok(LabExports.messages(again.lab)), "messages");
    assertThat(messages)
        .extracting(message -> Page.text((Json.Fields) message, "state"))
        .containsExactly("lost", "delivered", "delivered", "flying", "lost");
    Json.Fields shown = (Json.Fields) Page.list(again.view(), "nodes").getFirst();
    assertThat(Page.number(shown, "removedAt")).isEqualTo(7);
    page.close();
    again.close();
  }

  @Test
  void shivizIsWrittenWithVectorsOfTheLog() {
    Page page = Page.open("lab 1\n@0 n1 send n2 delay 9\n@1 n2 local \"works\"\n@2 node n4\n");
    Json.Fields log = Page.ok(LabExports.exportShiviz(page.lab));
    assertThat(Page.text(log, "text"))
        .isEqualTo(
            """
            n1 {"n1":1}
            n1 sends m1 to n2
            n2 {"n2":1}
            works
            n2 {"n1":1,"n2":2}
            n2 receives m1 from n1
            """);
    assertThat(Page.text(log, "pattern")).contains("?<clock>");
    page.close();
  }

  @Test
  void saysWhatIsNoEventLine() {
    assertThat(Page.error(LabExports.importLines(""))).startsWith("there is no event in it");
    assertThat(Page.error(LabExports.importLines("\n{}\n"))).startsWith("line 2: no event line:");
    assertThat(Page.error(LabExports.importLines("lab 1")))
        .startsWith("line 1: no event line: bad");
    assertThat(Page.error(LabExports.importLines(" ".repeat((16 << 20) + 1)))).contains("at most");
    assertThat(Page.error(LabExports.importLines("\n".repeat(40_001) + "{}")))
        .startsWith("more than 20000 events");
    StringBuilder origins = new StringBuilder();
    StringBuilder events = new StringBuilder();
    String line = CLUSTER.lines().findFirst().orElseThrow();
    for (int i = 1; i <= 65; i++) {
      origins.append(line.replace("\"n1\"", "\"n" + i + "\"")).append('\n');
    }
    for (int i = 1; i <= 20_001; i++) {
      events.append(line.replace("\"seq\":4", "\"seq\":" + i)).append('\n');
    }
    assertThat(Page.error(LabExports.importLines(origins.toString())))
        .startsWith("events of 65 nodes and clients; at most 64");
    assertThat(Page.error(LabExports.importLines(events.toString())))
        .startsWith("more than 20000 events");
    assertThat(
            Page.error(
                LabExports.importLines(
                    CLUSTER.replace("2026-11-26T14:00:00.150", "2027-01-01T00:00:00.000"))))
        .contains("twelve days");
  }
}
