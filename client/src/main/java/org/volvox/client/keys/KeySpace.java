package org.volvox.client.keys;

import org.volvox.base.Api;

/** An open space; which of the three it is says what can be asked of it. */
@Api
public sealed interface KeySpace permits ConsistentSpace, AvailableSpace, LeaderlessSpace {
  String name();

  /** No other space has, had or will have it. */
  long id();
}
