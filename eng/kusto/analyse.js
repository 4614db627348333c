// Analyses queries with the language's own analyser.
// Standard input: {"tables": {"Name": "(Column: type, ...)"}, "queries": {"place": "text"}}.
// Standard output: {"place": {"faults": ["..."], "columns": {"Name": "type"}}}.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

// The package is made for a page: its two scripts share one global scope.
const folder = path.dirname(require.resolve("@kusto/language-service-next/package.json"));
for (const script of ["bridge.js", "Kusto.Language.Bridge.js"]) {
  vm.runInThisContext(fs.readFileSync(path.join(folder, script), "utf8"), { filename: script });
}

const { Language } = globalThis.Kusto;
const listOf = (sequence) => globalThis.Bridge.toArray(sequence);
const input = JSON.parse(fs.readFileSync(0, "utf8"));
const tables = Object.entries(input.tables).map(([name, schema]) => new Language.Symbols.TableSymbol.$ctor7(name, schema, ""));
const workspace = new Language.Symbols.DatabaseSymbol.$ctor3("workspace", "", tables, false);
const globals = Language.GlobalState.Default.WithDatabase(workspace);

const analysed = {};
for (const [place, text] of Object.entries(input.queries)) {
  const code = Language.KustoCode.ParseAndAnalyze(text, globals);
  const columns = code.ResultType && code.ResultType.Columns ? listOf(code.ResultType.Columns) : [];
  analysed[place] = {
    faults: listOf(code.GetDiagnostics()).map((fault) => `position ${fault.Start}: ${fault.Message}`),
    columns: Object.fromEntries(columns.map((column) => [column.Name, column.Type.Name])),
  };
}

process.stdout.write(JSON.stringify(analysed));
