package org.volvox.calls.schema;

/** A parameter of a method. */
public record ParamDef(String name, TypeRef type) {}
