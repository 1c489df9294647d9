package org.volvox.crdt;

/**
 * What a replica is made with.
 *
 * @param fresh the id for a store that has none yet: never used before
 * @param answerBytesMax about so much goes in one answer to another replica
 * @param logMax so many changes of each replica are kept for peers that have not seen them
 * @param tidyMax so many entries are tidied up at a time
 */
public record ReplicaConfig(ReplicaId fresh, int answerBytesMax, int logMax, int tidyMax) {
  public static ReplicaConfig of(ReplicaId fresh) {
    return new ReplicaConfig(fresh, 256 * 1024, 1_000_000, 1_000);
  }
}
