/**
 * Between a program's classes and the bytes of a call. {@link SchemaMaker} describes an interface,
 * {@link InterfaceCodec} turns arguments and results into bytes and back, in the layout of the
 * host's schema, and {@link Thrown} does so for exceptions. From bytes come only values of the
 * types that the interface names and exceptions of a list: no class is ever looked up by a name
 * that came from outside.
 */
@NullMarked
package org.volvox.rpc.marshal;

import org.jspecify.annotations.NullMarked;
