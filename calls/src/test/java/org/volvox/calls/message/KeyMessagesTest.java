package org.volvox.calls.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.calls.message.DataMessage.Action;
import org.volvox.calls.message.DataMessage.Kind;
import org.volvox.calls.message.DataMessage.Place;
import org.volvox.calls.message.KeyWatchMessage.Update;

/** Watches of keys, and requests about data that merges. */
class KeyMessagesTest {
  private static final Bytes KEY = Bytes.utf8("k");
  private static final Place FIELD = new Place(KEY, Kind.FIELD, Bytes.utf8("f"));
  private static final Place COUNTER = new Place(KEY, Kind.COUNTER, Bytes.EMPTY);
  private static final DataToken SEEN = new DataToken(Map.of(7L, 3L, 9L, 1L));

  private interface Decoder {
    Object decode(Bytes bytes) throws MalformedException;
  }

  private record Form(Object value, Bytes bytes, Decoder decoder) {}

  private static final List<Form> FORMS = forms();

  private static List<Form> forms() {
    List<Form> forms = new ArrayList<>();
    KeyRow row = new KeyRow(KEY, Bytes.utf8("v"), 2, 5, 3, 0);
    KeyEvent put = new KeyEvent(false, row, Optional.of(row));
    KeyEvent gone = new KeyEvent(true, new KeyRow(KEY, Bytes.EMPTY, 0, 6, 0, 0), Optional.empty());
    List<KeyWatchMessage.Request> watches =
        List.of(
            new KeyWatchMessage.Request(17, KeyRange.ALL, 0, false),
            new KeyWatchMessage.Request(17, KeyRange.one(KEY), 5, true));
    watches.forEach(
        each -> forms.add(new Form(each, each.encode(), KeyWatchMessage.Request::decode)));
    List<Update> updates =
        List.of(
            new Update.Changes(6, List.of(put, gone), true),
            new Update.Changes(6, List.of(), false),
            new Update.Compacted(4),
            new Update.Removed());
    updates.forEach(each -> forms.add(new Form(each, each.encode(), Update::decode)));
    List<Action> actions =
        List.of(
            new Action.Put(FIELD, Bytes.utf8("v")),
            new Action.Mark(new Place(KEY, Kind.ELEMENT, Bytes.utf8("e"))),
            new Action.Erase(new Place(KEY, Kind.REGISTER, Bytes.EMPTY)),
            new Action.Add(COUNTER, -2),
            new Action.Reset(COUNTER),
            new Action.Look(new Place(KEY, Kind.FLAG, Bytes.EMPTY)),
            new Action.Parts(KEY, Kind.ELEMENT, Optional.empty(), 10),
            new Action.Parts(KEY, Kind.FIELD, Optional.of(Bytes.utf8("f")), 10),
            new Action.Range(KeyRange.prefix(KEY), Optional.empty(), 0),
            new Action.Range(KeyRange.ALL, Optional.of(FIELD), 5));
    for (Action action : actions) {
      DataMessage.Request request = new DataMessage.Request(17, SEEN, action);
      forms.add(new Form(request, request.encode(), DataMessage.Request::decode));
    }
    DataMessage.Entry entry = new DataMessage.Entry(1000, 2, 7, Bytes.utf8("v"));
    List<DataMessage.Answer> answers =
        List.of(
            new DataMessage.Answer(
                DataMessage.Verdict.DONE,
                "",
                SEEN,
                List.of(
                    new DataMessage.Atom(FIELD, List.of(entry), 0),
                    new DataMessage.Atom(COUNTER, List.of(), -4)),
                true,
                List.of(new DataMessage.Silent(new NodeId(3), 2500))),
            new DataMessage.Answer(
                DataMessage.Verdict.BEHIND, "why", DataToken.NONE, List.of(), false, List.of()));
    answers.forEach(each -> forms.add(new Form(each, each.encode(), DataMessage.Answer::decode)));
    return forms;
  }

  @Test
  void eachHasItsGoldenForm() throws IOException, MalformedException {
    StringBuilder text = new StringBuilder();
    for (Form form : FORMS) {
      text.append(form.value().getClass().getSimpleName()).append(' ');
      text.append(form.bytes().hex()).append('\n');
      assertThat(form.decoder().decode(form.bytes())).isEqualTo(form.value());
    }
    try (InputStream golden = KeyMessagesTest.class.getResourceAsStream("keys-v1.golden")) {
      assertThat(golden).as(text.toString()).isNotNull();
      assertThat(text.toString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void whatIsCutOrChangedIsReadOrRefused() {
    Prng prng = new Prng(7);
    int refused = 0;
    for (Form form : FORMS) {
      for (int length = 0; length < form.bytes().length(); length++) {
        Bytes cut = form.bytes().slice(0, length);
        assertThatThrownBy(() -> form.decoder().decode(cut)).isInstanceOf(MalformedException.class);
      }
      for (int round = 0; round < 1000; round++) {
        byte[] changed = form.bytes().toArray();
        changed[prng.below(changed.length)] = (byte) prng.nextInt();
        try {
          assertThat(form.decoder().decode(Bytes.wrap(changed))).isNotNull();
        } catch (MalformedException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  @Test
  void aWatchIsFromSomeRevisionOn() {
    Bytes before = new KeyWatchMessage.Request(1, KeyRange.ALL, -1, false).encode();
    assertThatThrownBy(() -> KeyWatchMessage.Request.decode(before))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("from revision -1");
  }

  @Test
  void aTokenNamesEachReplicaOnceInOrder() {
    Map<Long, Long> none = new TreeMap<>(Map.of(7L, 0L));
    Bytes zero = new DataMessage.Request(1, new DataToken(none), new Action.Look(COUNTER)).encode();
    assertThatThrownBy(() -> DataMessage.Request.decode(zero))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("token of seen data: 7:0");
    DataToken one = new DataToken(Map.of(7L, 5L));
    assertThat(SEEN.merge(one).counts()).isEqualTo(Map.of(7L, 5L, 9L, 1L));
    assertThat(one.merge(SEEN)).isEqualTo(SEEN.merge(one));
    assertThat(one.merge(DataToken.NONE)).isEqualTo(one);
  }

  @Test
  void aKindHasAWord() {
    assertThat(List.of(Kind.values()))
        .extracting(Kind::word)
        .containsExactly("register", "map", "set", "flag", "counter");
  }
}
