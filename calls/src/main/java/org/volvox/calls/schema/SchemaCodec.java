package org.volvox.calls.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.TypeDef.EnumDef;
import org.volvox.calls.schema.TypeDef.RecordDef;
import org.volvox.calls.schema.TypeDef.SealedDef;

/** The bytes of a {@link Schema}, whose documentation has the layout. */
final class SchemaCodec {
  private static final int VERSION = 1;
  private static final int IDEMPOTENT = 1;
  private static final int BRIEF = 2;

  /** An empty text. */
  private static final int TEXT_BYTES_MIN = 4;

  private SchemaCodec() {}

  private interface Item<T> {
    T read(ByteReader in) throws MalformedException;
  }

  static Bytes encode(Schema schema) {
    ByteWriter out = new ByteWriter(256).u8(VERSION).text(schema.type());
    list(out, schema.methods(), SchemaCodec::write);
    list(out, schema.types(), SchemaCodec::write);
    return out.toBytes();
  }

  static Schema decode(Bytes bytes) throws MalformedException {
    if (bytes.length() > Schema.BYTES_MAX) {
      throw new MalformedException(
          "a schema of " + bytes.length() + " bytes; at most " + Schema.BYTES_MAX + " are read");
    }
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("schema of version " + version + ", this reads " + VERSION);
    }
    try {
      Schema schema =
          new Schema(in.text(), list(in, SchemaCodec::method), list(in, SchemaCodec::type));
      in.end();
      return schema;
    } catch (IllegalArgumentException e) {
      throw new MalformedException("schema: " + e.getMessage());
    }
  }

  private static void write(ByteWriter out, MethodDef method) {
    out.text(method.name());
    list(out, method.parameters(), (to, each) -> TypeRef.write(each.type(), to.text(each.name())));
    TypeRef.write(method.result(), out);
    out.u8((method.idempotent() ? IDEMPOTENT : 0) | (method.brief() ? BRIEF : 0));
    list(out, method.thrown(), ByteWriter::text);
  }

  private static MethodDef method(ByteReader in) throws MalformedException {
    String name = in.text();
    List<ParamDef> parameters = list(in, from -> new ParamDef(from.text(), TypeRef.read(from)));
    TypeRef result = TypeRef.read(in);
    int marks = in.u8();
    return new MethodDef(
        name,
        parameters,
        result,
        (marks & IDEMPOTENT) != 0,
        (marks & BRIEF) != 0,
        list(in, ByteReader::text));
  }

  private static void write(ByteWriter out, TypeDef type) {
    switch (type) {
      case RecordDef(String name, List<FieldDef> fields) ->
          list(
              out.u8(1).text(name),
              fields,
              (to, each) -> TypeRef.write(each.type(), to.text(each.name())));
      case SealedDef(String name, List<String> subtypes) ->
          list(out.u8(2).text(name), subtypes, ByteWriter::text);
      case EnumDef(String name, List<String> constants) ->
          list(out.u8(3).text(name), constants, ByteWriter::text);
    }
  }

  private static TypeDef type(ByteReader in) throws MalformedException {
    int kind = in.u8();
    String name = in.text();
    return switch (kind) {
      case 1 ->
          new RecordDef(name, list(in, from -> new FieldDef(from.text(), TypeRef.read(from))));
      case 2 -> new SealedDef(name, list(in, ByteReader::text));
      case 3 -> new EnumDef(name, list(in, ByteReader::text));
      default -> throw new MalformedException("unknown kind of type " + kind);
    };
  }

  private static <T> void list(
      ByteWriter out, List<T> items, BiConsumer<ByteWriter, ? super T> write) {
    out.u32(items.size());
    for (T item : items) {
      write.accept(out, item);
    }
  }

  private static <T> List<T> list(ByteReader in, Item<T> item) throws MalformedException {
    int count = in.count(TEXT_BYTES_MIN);
    List<T> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(item.read(in));
    }
    return items;
  }
}
