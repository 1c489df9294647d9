package org.volvox.calls.schema;

/** A field of a record. */
public record FieldDef(String name, TypeRef type) {}
