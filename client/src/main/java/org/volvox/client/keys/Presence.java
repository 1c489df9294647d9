package org.volvox.client.keys;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyCompare;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.Status;
import org.volvox.client.VolvoxException;

/**
 * Who of a group is there: each member is a key under a lease, gone soon after its program is.
 * Thread-safe.
 */
@Api
public final class Presence {
  private final ConsistentSpace space;
  private final String name;
  private final Bytes prefix;

  /** A group that is the keys below this name in the space. */
  public Presence(ConsistentSpace space, String name) {
    this.space = space;
    this.name = name;
    this.prefix = Bytes.utf8(name + "/");
  }

  /**
   * One that is there.
   *
   * @param value what it says of itself
   * @param joined the revision at which it came
   */
  @Api
  public record Member(String name, Bytes value, long joined) {}

  /** All members, as of one revision. */
  @Api
  public record Members(long revision, List<Member> all) {
    public Members {
      all = List.copyOf(all);
    }
  }

  /** This program's membership, until it is closed. */
  @Api
  public static final class Membership implements AutoCloseable {
    private final KeyLeaseHold lease;

    private Membership(KeyLeaseHold lease) {
      this.lease = lease;
    }

    /** Whether it was surely a member when this was asked. */
    public boolean isMember() {
      return lease.isHeld();
    }

    /** Has this run once if it is lost: join again then. */
    public void onLost(Runnable action) {
      lease.onLost(action);
    }

    @Override
    public void close() {
      lease.close();
    }
  }

  /**
   * Joins the group; refused as EXISTS while another of this name is there, which may be an earlier
   * life of this one, for at most its {@code ttl}.
   */
  public Membership join(String member, Bytes value, Duration ttl)
      throws VolvoxException, InterruptedException {
    KeyLeaseHold lease = space.lease(ttl);
    boolean isJoined = false;
    try {
      Bytes key = prefix.concat(Bytes.utf8(member));
      isJoined =
          space
              .transaction()
              .when(KeyCompare.absent(key))
              .then(new KeyAct.Put(key, value, lease.id(), false))
              .commit()
              .succeeded();
      if (!isJoined) {
        throw VolvoxException.refused(
            Status.EXISTS,
            "group " + name + " of space " + space.name() + " has a member " + member,
            "Take another name, or wait until that one is gone.");
      }
      return new Membership(lease);
    } finally {
      if (!isJoined) {
        lease.close();
      }
    }
  }

  /** Who is there now. */
  public Members members() throws VolvoxException, InterruptedException {
    List<Member> all = new ArrayList<>();
    long revision = space.scan(KeyRange.prefix(prefix), row -> all.add(member(row)));
    return new Members(revision, all);
  }

  private Member member(KeyRow row) {
    return new Member(
        row.key().slice(prefix.length(), row.key().length()).utf8(), row.value(), row.created());
  }

  /** One who came, says something else of itself, or went. */
  @Api
  public record Change(boolean isGone, Member member) {}

  /** Follows who comes and goes behind what was listed; close it. */
  public KeyWatch watch(Members since) {
    return space.watch(KeyRange.prefix(prefix), since.revision() + 1, false);
  }

  /** What a revision of the group's watch says of members. */
  public List<Change> changes(KeyChanges told) {
    List<Change> changes = new ArrayList<>();
    for (KeyEvent event : told.events()) {
      changes.add(new Change(event.isDeletion(), member(event.row())));
    }
    return changes;
  }
}
