package org.volvox.verify.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.client.keys.KeyChanges;

/**
 * What a watch told, revision by revision. Each answers what is wrong, else empty. For one thread.
 */
final class ToldChanges {
  private final List<Told> all = new ArrayList<>();

  /** A revision and a digest of its changes: a run of hours has hundreds of thousands. */
  private record Told(long revision, int digest) {}

  /** The next that was told: a watch tells no revision twice, and none behind a later one. */
  Optional<String> add(KeyChanges changes) {
    long last = last();
    all.add(new Told(changes.revision(), changes.events().hashCode()));
    boolean isLater = changes.revision() > last;
    return isLater
        ? Optional.empty()
        : Optional.of("revision " + changes.revision() + " is told behind " + last);
  }

  long last() {
    return all.isEmpty() ? 0 : all.getLast().revision();
  }

  int count() {
    return all.size();
  }

  /** How it differs from what was told to another from the first revision on. */
  Optional<String> differsFrom(ToldChanges truth) {
    for (int i = 0; i < Math.max(all.size(), truth.all.size()); i++) {
      if (i == all.size()) {
        return Optional.of("revision " + truth.all.get(i).revision() + " was not told");
      }
      if (i == truth.all.size()) {
        return Optional.of("revision " + all.get(i).revision() + " was told and never was");
      }
      Told told = all.get(i);
      Told wanted = truth.all.get(i);
      if (told.revision() != wanted.revision()) {
        return Optional.of(
            "revision " + told.revision() + " was told in the place of " + wanted.revision());
      }
      if (told.digest() != wanted.digest()) {
        return Optional.of("revision " + told.revision() + " was told with other changes");
      }
    }
    return Optional.empty();
  }
}
