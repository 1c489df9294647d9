package org.volvox.lab;

import org.volvox.worlds.clock.Script;

/**
 * A run that is kept.
 *
 * @param forkedAt the moment of the edit that made it; 0 for the first one
 * @param title that edit
 */
record Branch(String id, Script script, int steps, int forkedAt, String title) {}
