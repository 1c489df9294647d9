package org.volvox.verify.rules.planted;

import org.volvox.base.Api;

/** Marked as API, and hidden: a violation for the rules' own test. */
@Api
final class Promised {}
