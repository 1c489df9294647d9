/**
 * What a service's interface looks like, as its host describes it: methods, parameters and the
 * types of values. Values travel without tags in the layout that the host's schema prescribes, so
 * that whoever has the schema can read them, with classes or without (as JSON). Pure.
 */
@NullMarked
package org.volvox.calls.schema;

import org.jspecify.annotations.NullMarked;
