"""The tables of the store and the SQL that merges them.

One group of tables holds what each article states, one row a statement, keyed by article: an article is replaced by
deleting its rows. The other, `node` and `edge`, holds the merged graph, and only the keys that an `add` touched are
merged again. There are no primary keys: DuckDB refuses to insert a key again in the transaction that deleted it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ARTICLE_TABLES", "COLUMNS", "CREATE", "FORMAT", "MERGE"]

# Changes whenever a file of the former form could not be read any more.
FORMAT = "kg-store 1"

# Every table that holds rows of an article, with its columns.
COLUMNS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "article": (
            ("article", "VARCHAR"),
            ("title", "VARCHAR"),
            ("kind", "VARCHAR"),
            ("source", "VARCHAR"),
            ("file", "VARCHAR"),
            ("number", "INTEGER"),
            ("first_line", "INTEGER"),
            ("last_line", "INTEGER"),
            ("date", "VARCHAR"),
            ("url", "VARCHAR"),
            ("text", "VARCHAR"),
        ),
        "author": (
            ("article", "VARCHAR"),
            ("position", "INTEGER"),
            ("key", "VARCHAR"),
            ("name", "VARCHAR"),
            ("role", "VARCHAR"),
        ),
        "article_node": (
            ("article", "VARCHAR"),
            ("key", "VARCHAR"),
            ("type", "VARCHAR"),
            ("label", "VARCHAR"),
            ("code", "VARCHAR"),
            ("candidates", "VARCHAR"),
            ("generic", "BOOLEAN"),
            ("mentions", "INTEGER"),
        ),
        "alias": (("article", "VARCHAR"), ("key", "VARCHAR"), ("name", "VARCHAR")),
        "mention": (
            ("article", "VARCHAR"),
            ("key", "VARCHAR"),
            ("type", "VARCHAR"),
            ("first", "INTEGER"),
            ("last", "INTEGER"),
        ),
        "fact": (
            ("article", "VARCHAR"),
            ("edge", "VARCHAR"),
            ("source", "VARCHAR"),
            ("predicate", "VARCHAR"),
            ("target", "VARCHAR"),
            ("role", "VARCHAR"),
            ("former", "BOOLEAN"),
            ("properties", "VARCHAR"),
            ("first", "INTEGER"),
            ("last", "INTEGER"),
            ("sentence", "VARCHAR"),
            ("rule", "VARCHAR"),
            ("confidence", "DOUBLE"),
        ),
        "indicator": (
            ("article", "VARCHAR"),
            ("id", "VARCHAR"),
            ("node", "VARCHAR"),
            ("metric", "VARCHAR"),
            ("value", "DOUBLE"),
            ("unit", "VARCHAR"),
            ("period", "VARCHAR"),
            ("text", "VARCHAR"),
            ("first", "INTEGER"),
            ("last", "INTEGER"),
            ("sentence", "VARCHAR"),
        ),
    }
)

ARTICLE_TABLES = tuple(COLUMNS)

CREATE = (
    "CREATE TABLE meta (name VARCHAR, value VARCHAR)",
    f"INSERT INTO meta VALUES ('format', '{FORMAT}')",
    *(
        f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns)})"
        for table, columns in COLUMNS.items()
    ),
    "CREATE TABLE node (key VARCHAR, type VARCHAR, label VARCHAR, aliases VARCHAR[], code VARCHAR,"
    " candidates VARCHAR[], generic BOOLEAN, articles INTEGER, mentions INTEGER, degree INTEGER, byline BOOLEAN)",
    "CREATE TABLE edge (id VARCHAR, source VARCHAR, predicate VARCHAR, target VARCHAR, role VARCHAR, former BOOLEAN,"
    " weight INTEGER, confidence DOUBLE)",
)

_MERGE_EDGES = """
INSERT INTO edge
SELECT edge, any_value(source), any_value(predicate), any_value(target), any_value(role), any_value(former),
       count(DISTINCT article), max(confidence)
FROM fact WHERE edge IN (SELECT id FROM touched_edge) GROUP BY edge
"""

# A byline names its Person as a node of an article does, so both go through one GROUP BY.
_MERGE_NODES = """
INSERT INTO node
WITH said AS (
  SELECT article, key, type, label, code, candidates, generic, mentions, false AS byline FROM article_node
   WHERE key IN (SELECT key FROM touched_node)
  UNION ALL
  SELECT article, key, 'Person', name, NULL, '', false, 0, true FROM author
   WHERE key IN (SELECT key FROM touched_node)
), label AS (
  SELECT key, list(label ORDER BY n DESC, length(label) DESC, label)[1] AS label
  FROM (SELECT key, label, count(DISTINCT article) AS n FROM said GROUP BY key, label) GROUP BY key
), name AS (
  SELECT key, label AS name FROM said
  UNION SELECT key, name FROM alias WHERE key IN (SELECT key FROM touched_node)
), names AS (
  SELECT key, list(name ORDER BY name) AS names FROM name WHERE name <> '' GROUP BY key
), choice AS (
  SELECT key, list(DISTINCT code ORDER BY code) AS candidates
  FROM (SELECT key, unnest(string_split(candidates, ' ')) AS code FROM said WHERE candidates <> '') GROUP BY key
), merged AS (
  SELECT key, min(type) AS type, max(code) AS code, bool_and(generic) AS generic,
         count(DISTINCT article) FILTER (NOT byline) AS articles, sum(mentions) AS mentions, bool_and(byline) AS byline
  FROM said GROUP BY key
), degree AS (
  SELECT key, count(*) AS degree FROM (SELECT source AS key FROM edge UNION ALL SELECT target FROM edge) GROUP BY key
)
SELECT m.key, m.type, l.label, list_filter(coalesce(n.names, []), lambda x: x <> l.label), m.code,
       CASE WHEN m.code IS NULL THEN coalesce(c.candidates, []) ELSE [] END,
       m.generic, m.articles, m.mentions, coalesce(d.degree, 0), m.byline
FROM merged m JOIN label l USING (key) LEFT JOIN names n USING (key) LEFT JOIN choice c USING (key)
     LEFT JOIN degree d USING (key)
"""

MERGE = (
    "DELETE FROM edge WHERE id IN (SELECT id FROM touched_edge)",
    "DELETE FROM node WHERE key IN (SELECT key FROM touched_node)",
    _MERGE_EDGES,
    _MERGE_NODES,
)
