package org.volvox.calls.schema;

import java.util.ArrayList;
import java.util.List;
import org.volvox.calls.schema.TypeDef.EnumDef;
import org.volvox.calls.schema.TypeDef.RecordDef;
import org.volvox.calls.schema.TypeDef.SealedDef;
import org.volvox.calls.schema.TypeRef.Boxed;
import org.volvox.calls.schema.TypeRef.ListOf;
import org.volvox.calls.schema.TypeRef.MapOf;
import org.volvox.calls.schema.TypeRef.Named;
import org.volvox.calls.schema.TypeRef.OptionalOf;
import org.volvox.calls.schema.TypeRef.SetOf;
import org.volvox.calls.schema.TypeRef.Simple;
import org.volvox.calls.schema.TypeRef.StreamOf;

/** A schema with each kind of type. */
final class Schemas {
  static final MethodDef ADD = method("add", Simple.INT, Simple.INT, Simple.INT);
  static final MethodDef MOVE =
      new MethodDef(
          "move",
          List.of(new ParamDef("p", new Named("Point")), new ParamDef("by", new Named("Shape"))),
          new Named("Point"),
          true,
          true,
          List.of("java.io.IOException", "org.x.Calc$Failed"));
  static final MethodDef EACH = method("each", Simple.VOID, everything().toArray(new TypeRef[0]));
  static final MethodDef SUM = method("sum", Simple.LONG, Simple.STRING, new StreamOf(Simple.INT));
  static final MethodDef COUNT = method("count", new StreamOf(new Boxed(Simple.LONG)));
  static final Schema ALL =
      new Schema(
          "org.x.Calc",
          List.of(ADD, COUNT, EACH, MOVE, SUM),
          List.of(
              new SealedDef("Shape", List.of("Circle", "Color")),
              new RecordDef("Circle", List.of(new FieldDef("radius", Simple.DOUBLE))),
              new EnumDef("Color", List.of("RED", "GREEN")),
              new RecordDef(
                  "Node",
                  List.of(
                      new FieldDef("name", Simple.STRING),
                      new FieldDef("next", new Named("Node")))),
              new RecordDef(
                  "Point", List.of(new FieldDef("x", Simple.INT), new FieldDef("y", Simple.INT))),
              new RecordDef("Typed", List.of(new FieldDef("type", Simple.STRING))),
              new SealedDef("Kind", List.of("Typed", "Color"))));

  private Schemas() {}

  static MethodDef method(String name, TypeRef result, TypeRef... parameters) {
    List<ParamDef> all = new ArrayList<>();
    for (TypeRef each : parameters) {
      all.add(new ParamDef(String.valueOf((char) ('a' + all.size())), each));
    }
    return new MethodDef(name, all, result, false, false, List.of());
  }

  /** One of each type that a value can have. */
  static List<TypeRef> everything() {
    List<TypeRef> all = new ArrayList<>();
    for (Simple each : Simple.values()) {
      if (each != Simple.VOID) {
        all.add(each);
      }
      if (each.isPrimitive()) {
        all.add(new Boxed(each));
      }
    }
    all.add(new ListOf(Simple.INT));
    all.add(new ListOf(new Named("Point")));
    all.add(new SetOf(Simple.STRING));
    all.add(new MapOf(Simple.STRING, new Boxed(Simple.INT)));
    all.add(new MapOf(new Named("Color"), Simple.STRING));
    all.add(new MapOf(new Boxed(Simple.INT), Simple.STRING));
    all.add(new OptionalOf(Simple.STRING));
    all.add(new OptionalOf(Simple.INT));
    all.add(new OptionalOf(Simple.LONG));
    all.add(new Named("Point"));
    all.add(new Named("Color"));
    all.add(new Named("Shape"));
    all.add(new Named("Node"));
    all.add(new Named("Kind"));
    return all;
  }
}
