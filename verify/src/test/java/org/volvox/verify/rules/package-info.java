/**
 * The rules of the architecture as tests. {@code ArchitectureTest} holds the whole tree to them;
 * {@code RulesCatchTest} plants a violation of each, so that no rule can pass by seeing nothing.
 * Arrows and purity are read from bytecode, sizes and habits from the syntax trees of the sources.
 */
@NullMarked
package org.volvox.verify.rules;

import org.jspecify.annotations.NullMarked;
