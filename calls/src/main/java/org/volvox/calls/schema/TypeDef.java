package org.volvox.calls.schema;

import java.util.List;

/** A type that an interface uses and that is not of the language. */
public sealed interface TypeDef {
  /** By which the schema knows it: the class's own name, longer where two have the same. */
  String name();

  /** The type as Java nearly writes it, such as {@code record Point(int x, int y)}. */
  String text();

  /** Named values, in the order in which they travel. */
  record RecordDef(String name, List<FieldDef> fields) implements TypeDef {
    public RecordDef {
      fields = List.copyOf(fields);
    }

    @Override
    public String text() {
      List<String> texts =
          fields.stream().map(field -> field.type().text() + " " + field.name()).toList();
      return "record " + name + "(" + String.join(", ", texts) + ")";
    }
  }

  /** One of several records and enums, named. */
  record SealedDef(String name, List<String> subtypes) implements TypeDef {
    public SealedDef {
      subtypes = List.copyOf(subtypes);
    }

    @Override
    public String text() {
      return "sealed " + name + " permits " + String.join(", ", subtypes);
    }
  }

  /** One of several constants. */
  record EnumDef(String name, List<String> constants) implements TypeDef {
    public EnumDef {
      constants = List.copyOf(constants);
    }

    @Override
    public String text() {
      return "enum " + name + " { " + String.join(", ", constants) + " }";
    }
  }
}
