package org.volvox.client.service;

import org.volvox.base.Api;

/**
 * Where the time of one call went, in the five steps of a remote procedure call (Birrell and Nelson
 * 1984, section 2): each with what it took, and the Lamport clock of the process behind it.
 *
 * @param requestBytes of the packed arguments
 * @param packNanos 1: the caller's stub packs
 * @param packedClock the caller's clock when the request left
 * @param networkNanos 2: there and back, what is left when the host's steps are taken from the time
 *     between request and answer
 * @param unpackNanos 3: the host's stub unpacks
 * @param receivedClock the host's clock when the request had come
 * @param runNanos 4: the method runs
 * @param where the program that ran it
 * @param returnNanos 5: the host's stub packs the result
 * @param sentClock the host's clock when the answer left
 * @param returnedClock the caller's clock when the answer had come
 */
@Api
public record CallTrace(
    int requestBytes,
    long packNanos,
    long packedClock,
    long networkNanos,
    long unpackNanos,
    long receivedClock,
    long runNanos,
    String where,
    long returnNanos,
    long sentClock,
    long returnedClock) {}
