package org.volvox.calls.service;

import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.volvox.base.InstanceId;
import org.volvox.base.MonoTime;

/**
 * What a caller knows of the instances that it calls: how many attempts are open at each, and where
 * one failed lately. Any thread may call it.
 */
public final class Loads {
  private final Duration suspicion;
  private final TreeMap<InstanceId, Integer> outstanding = new TreeMap<>();
  private final TreeMap<InstanceId, MonoTime> suspectUntil = new TreeMap<>();

  /**
   * @param suspicion how long a failure is held against an instance
   */
  public Loads(Duration suspicion) {
    this.suspicion = suspicion;
  }

  /** An attempt begins. */
  public synchronized void begin(InstanceId instance) {
    outstanding.merge(instance, 1, Integer::sum);
  }

  /** An attempt is over; each that began ends once. */
  public synchronized void end(InstanceId instance, boolean hasFailed, MonoTime now) {
    int left = outstanding.getOrDefault(instance, 0) - 1;
    if (left < 0) {
      throw new IllegalArgumentException("no attempt is open at " + instance);
    }
    if (left == 0) {
      outstanding.remove(instance);
    } else {
      outstanding.put(instance, left);
    }
    if (!suspectUntil.isEmpty()) {
      forgive(instance, now);
    }
    if (hasFailed) {
      suspectUntil.put(instance, now.plus(suspicion));
    }
  }

  private void forgive(InstanceId instance, MonoTime now) {
    suspectUntil.remove(instance);
    for (InstanceId each : List.copyOf(suspectUntil.keySet())) {
      if (!now.isBefore(suspectUntil.getOrDefault(each, now))) {
        suspectUntil.remove(each);
      }
    }
  }

  /** The instance as one to choose from. */
  public synchronized Candidate candidate(InstanceId instance, boolean isHealthy, MonoTime now) {
    MonoTime until = suspectUntil.getOrDefault(instance, now);
    return new Candidate(
        instance, outstanding.getOrDefault(instance, 0), isHealthy, now.isBefore(until));
  }

  /** All attempts that are open. */
  public synchronized int outstanding() {
    int sum = 0;
    for (int each : outstanding.values()) {
      sum += each;
    }
    return sum;
  }
}
