package org.volvox.calls.service;

import org.volvox.base.InstanceId;

/**
 * An instance that could be tried.
 *
 * @param outstanding this caller's calls that are open there
 * @param isHealthy what the instance says of itself, by the registry
 * @param isSuspect whether an attempt of this caller failed there lately
 */
public record Candidate(
    InstanceId instance, int outstanding, boolean isHealthy, boolean isSuspect) {}
