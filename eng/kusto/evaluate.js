// Runs an analysed query over rows. It knows the part of the language that the alerts use and refuses everything else, so that a
// query never passes by being misunderstood. Times are milliseconds since 1970, time spans milliseconds.
"use strict";

exports.evaluate = (Language, listOf, code, tables, now) => {
  const kinds = Object.fromEntries(Object.entries(Language.Syntax.SyntaxKind).filter(([, value]) => typeof value === "number").map(([name, value]) => [value, name]));
  const kindOf = (node) => kinds[node.Kind];
  const refuse = (node) => { throw new Error(`the evaluator does not know ${kindOf(node)}: ${node.ToString()}`); };
  const elements = (list) => listOf(list).map((item) => item.Element$1 ?? item.Element ?? item);
  const lets = new Map();

  const functions = {
    ago: (span) => now - span,
    bin: (value, size) => (value === null ? null : Math.floor(value / size) * size),
    iff: (condition, yes, no) => (condition === true ? yes : no),
    now: () => now,
    strcat: (...parts) => parts.map(text).join(""),
    todouble: (value) => (value === null || value === "" || Number.isNaN(Number(value)) ? null : Number(value)),
    tostring: text,
  };

  // Each takes the rows of a group and the arguments as functions of a row.
  const known = (values) => values.filter((value) => value !== null && value !== undefined);
  const aggregates = {
    count: (rows) => rows.length,
    countif: (rows, condition) => rows.filter((row) => condition(row) === true).length,
    sum: (rows, value) => known(rows.map(value)).reduce((sum, next) => sum + next, 0),
    max: (rows, value) => known(rows.map(value)).reduce((most, next) => (most === null || next > most ? next : most), null),
    min: (rows, value) => known(rows.map(value)).reduce((least, next) => (least === null || next < least ? next : least), null),
  };

  function text(value) {
    if (value === null || value === undefined) return "";
    return typeof value === "boolean" ? (value ? "True" : "False") : String(value);
  }

  // An expression as a function of a row.
  function expression(node) {
    const kind = kindOf(node);
    switch (kind) {
      case "ParenthesizedExpression": return expression(node.Expression);
      case "NameReference": return (row) => {
        const name = node.SimpleName;
        if (!(name in row)) throw new Error(`no row has a column ${name}`);
        return row[name] ?? null;
      };
      case "StringLiteralExpression": return () => node.LiteralValue;
      case "LongLiteralExpression": case "RealLiteralExpression": return () => Number(node.LiteralValue.toString());
      case "BooleanLiteralExpression": return () => node.ToString().trim() === "true";
      case "TimespanLiteralExpression": {
        const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(node.ToString().trim()) ?? refuse(node);
        const span = Number(amount) * { ms: 1, s: 1000, m: 60000, h: 3600000, d: 86400000 }[unit];
        return () => span;
      }
      case "ElementExpression": {
        const whole = expression(node.Expression), key = expression(node.Selector.Expression);
        return (row) => whole(row)?.[key(row)] ?? null;
      }
      case "FunctionCallExpression": {
        const call = functions[node.Name.SimpleName] ?? refuse(node);
        const parameters = elements(node.ArgumentList.Expressions).map(expression);
        return (row) => call(...parameters.map((parameter) => parameter(row)));
      }
      case "InExpression": {
        const left = expression(node.Left), values = elements(node.Right.Expressions).map(expression);
        return (row) => values.some((value) => value(row) === left(row));
      }
      default: return binary(node, kind);
    }
  }

  function binary(node, kind) {
    const operators = {
      AndExpression: (left, right) => left === true && right === true,
      OrExpression: (left, right) => left === true || right === true,
      EqualExpression: (left, right) => left === right,
      NotEqualExpression: (left, right) => left !== right,
      GreaterThanExpression: (left, right) => left !== null && right !== null && left > right,
      GreaterThanOrEqualExpression: (left, right) => left !== null && right !== null && left >= right,
      LessThanExpression: (left, right) => left !== null && right !== null && left < right,
      LessThanOrEqualExpression: (left, right) => left !== null && right !== null && left <= right,
      StartsWithExpression: (left, right) => left.toLowerCase().startsWith(right.toLowerCase()),
    };
    const operator = operators[kind] ?? refuse(node), left = expression(node.Left), right = expression(node.Right);
    return (row) => operator(left(row), right(row));
  }

  // The name and the expression of a column, as the language names it.
  const column = (node) => (kindOf(node) === "SimpleNamedExpression" ? [node.Name.SimpleName, node.Expression]
    : kindOf(node) === "NameReference" ? [node.SimpleName, node] : refuse(node));
  const made = (nodes) => nodes.map(column).map(([name, value]) => [name, expression(value)]);
  const named = (columns, row) => Object.fromEntries(columns.map(([name, value]) => [name, value(row)]));

  function summarize(node, rows) {
    const keys = node.ByClause ? made(elements(node.ByClause.Expressions)) : [];
    const groups = new Map(keys.length === 0 ? [["", { key: {}, rows }]] : []);
    if (keys.length > 0) {
      for (const row of rows) {
        const key = named(keys, row), id = JSON.stringify(key);
        if (!groups.has(id)) groups.set(id, { key, rows: [] });
        groups.get(id).rows.push(row);
      }
    }

    return [...groups.values()].map((group) => ({ ...group.key, ...Object.assign({}, ...elements(node.Aggregates).map((aggregate) => aggregated(aggregate, group.rows))) }));
  }

  function aggregated(node, rows) {
    if (kindOf(node) === "FunctionCallExpression" && node.Name.SimpleName === "arg_max") {
      const columns = elements(node.ArgumentList.Expressions).map(column), by = expression(columns[0][1]);
      const best = rows.reduce((most, row) => (by(row) !== null && (most === null || by(row) > by(most)) ? row : most), null);
      return Object.fromEntries(columns.map(([name, value]) => [name, best === null ? null : expression(value)(best)]));
    }

    const [name, wrapped] = column(node);
    // A conversion around the whole of an aggregate.
    if (kindOf(wrapped) !== "FunctionCallExpression") refuse(wrapped);
    const outer = functions[wrapped.Name.SimpleName], call = outer ? elements(wrapped.ArgumentList.Expressions)[0] : wrapped;
    const aggregate = aggregates[call.Name.SimpleName] ?? refuse(call);
    const value = aggregate(rows, ...elements(call.ArgumentList.Expressions).map(expression));
    return { [name]: outer ? outer(value) : value };
  }

  function top(node, rows) {
    const by = expression(node.ByExpression.Expression ?? refuse(node)), ascending = /\basc\b/.test(node.ByExpression.Ordering?.ToString() ?? "");
    const count = expression(node.Expression)({});
    return [...rows].sort((one, other) => (ascending ? 1 : -1) * (by(one) < by(other) ? -1 : by(one) > by(other) ? 1 : 0)).slice(0, count);
  }

  function operator(node, rows) {
    switch (kindOf(node)) {
      case "FilterOperator": { const condition = expression(node.Condition); return rows.filter((row) => condition(row) === true); }
      case "ExtendOperator": { const columns = made(elements(node.Expressions)); return rows.map((row) => ({ ...row, ...named(columns, row) })); }
      case "ProjectOperator": { const columns = made(elements(node.Expressions)); return rows.map((row) => named(columns, row)); }
      case "SummarizeOperator": return summarize(node, rows);
      case "TopOperator": return top(node, rows);
      default: return refuse(node);
    }
  }

  function tabular(node) {
    switch (kindOf(node)) {
      case "ParenthesizedExpression": return tabular(node.Expression);
      case "PipeExpression": return operator(node.Operator, tabular(node.Expression));
      case "UnionOperator": return elements(node.Expressions).flatMap(tabular);
      case "NameReference": return lets.get(node.SimpleName) ?? tables[node.SimpleName] ?? refuse(node);
      default: return refuse(node);
    }
  }

  let result = [];
  for (const statement of elements(code.Syntax.Statements)) {
    switch (kindOf(statement)) {
      case "LetStatement": lets.set(statement.Name.SimpleName, tabular(statement.Expression)); break;
      case "ExpressionStatement": result = tabular(statement.Expression); break;
      default: refuse(statement);
    }
  }

  return result;
};
