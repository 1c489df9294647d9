package org.volvox.cli.services;

import java.io.PrintStream;
import org.volvox.calls.schema.MethodDef;
import org.volvox.calls.schema.ParamDef;
import org.volvox.calls.schema.Schema;
import org.volvox.calls.schema.TypeDef;
import org.volvox.cli.Json;

/** A service's interface as a person reads it, or a script. */
public final class SchemaView {
  private final PrintStream out;

  public SchemaView(PrintStream out) {
    this.out = out;
  }

  /** As Java nearly writes it: methods first, then the types that they use. */
  public void printText(Schema schema) {
    out.println("interface " + schema.type());
    schema.methods().forEach(method -> out.println("  " + method.text()));
    schema.types().forEach(type -> out.println(type.text()));
  }

  public void printJson(Schema schema) {
    Json json = new Json(out).openObject().field("interface", schema.type());
    json.name("methods").openArray();
    schema.methods().forEach(method -> method(json, method));
    json.closeArray().name("types").openArray();
    for (TypeDef type : schema.types()) {
      json.openObject().field("name", type.name()).field("text", type.text()).closeObject();
    }
    json.closeArray().closeObject().endLine();
  }

  private static void method(Json json, MethodDef method) {
    json.openObject().field("name", method.name()).name("parameters").openArray();
    for (ParamDef each : method.parameters()) {
      json.openObject().field("name", each.name()).field("type", each.type().text()).closeObject();
    }
    json.closeArray()
        .field("result", method.result().text())
        .field("idempotent", method.idempotent())
        .field("brief", method.brief())
        .name("throws")
        .openArray();
    method.thrown().forEach(json::value);
    json.closeArray().closeObject();
  }
}
