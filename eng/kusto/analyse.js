// Analyses queries with the language's own analyser, and runs them over rows.
// Standard input: {"tables": {"Name": "(Column: type, ...)"}, "queries": {"place": "text"},
//   "runs": [{"query": "place", "now": ms, "rows": {"Table": [{"Column": value}]}}]}.
// Standard output: {"queries": {"place": {"faults": ["..."], "columns": {"Name": "type"}, "keys": ["..."], "values": ["..."]}},
//   "results": [[{"Column": value}]]}; keys are those that are looked up in a column, values the texts that are compared.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");
const { evaluate } = require("./evaluate.js");

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
const parsed = Object.fromEntries(Object.entries(input.queries).map(([place, text]) => [place, Language.KustoCode.ParseAndAnalyze(text, globals)]));

const texts = { keys: new Set(["BracketedExpression"]), values: new Set(["EqualExpression", "NotEqualExpression", "StartsWithExpression", "EndsWithExpression", "InExpression", "NotInExpression"]) };
const kinds = Object.fromEntries(Object.entries(Language.Syntax.SyntaxKind).map(([name, value]) => [value, name]));
function textsOf(node, within, found) {
  if (kinds[node.Kind] === "StringLiteralExpression") {
    if (texts.keys.has(within)) found.keys.push(node.LiteralValue);
    if (texts.values.has(within)) found.values.push(node.LiteralValue);
  }

  for (let at = 0; at < node.ChildCount; at++) {
    const child = node.GetChild(at);
    // Lists and their elements pass on what they stand in.
    if (child) textsOf(child, ["List", "SeparatedElement", "ExpressionList"].includes(kinds[node.Kind]) ? within : kinds[node.Kind], found);
  }

  return found;
}

// A table without rows is an empty one.
const filled = (rows) => Object.fromEntries(Object.keys(input.tables).map((table) => [table, rows[table] ?? []]));

process.stdout.write(JSON.stringify({
  queries: Object.fromEntries(Object.entries(parsed).map(([place, code]) => {
    const columns = code.ResultType && code.ResultType.Columns ? listOf(code.ResultType.Columns) : [];
    return [place, {
      faults: listOf(code.GetDiagnostics()).map((fault) => `position ${fault.Start}: ${fault.Message}`),
      columns: Object.fromEntries(columns.map((column) => [column.Name, column.Type.Name])),
      ...textsOf(code.Syntax, "", { keys: [], values: [] }),
    }];
  })),
  results: (input.runs ?? []).map((run) => evaluate(Language, listOf, parsed[run.query], filled(run.rows), run.now)),
}));
