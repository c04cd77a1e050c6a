"""The graph on disk: one DuckDB file that articles are added to and the merged graph is read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from kg.errors import StoreError
from kg.records import ArticleGraph
from kg.schema import Schema, default_schema
from kg.store.reading import StoredGraph, translated
from kg.store.rows import AuthorKey, Rows, article_rows
from kg.store.tables import ARTICLE_TABLES, COLUMNS, CREATE, FORMAT, MERGE

if TYPE_CHECKING:
    import duckdb

__all__ = ["GraphStore"]

# Articles that go into the file at once: bounds the memory, and is large enough for DuckDB to be quick.
_BATCH = 500


class GraphStore:
    """A graph in a file; a context manager.

    One process may write it, or several may read it. Memory does not grow with the corpus: DuckDB spills to disk what
    does not fit. Everything raises StoreError, with the file and a remedy, when the file cannot be used.
    """

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection, schema: Schema) -> None:
        """Use `GraphStore.open`."""
        self.path = path
        self._connection = connection
        self._schema = schema

    @classmethod
    def open(cls, path: str | Path, *, read_only: bool = False, schema: Schema | None = None) -> Self:
        """Opens a store; makes the file (and its folder) when it is absent, unless `read_only`."""
        import duckdb  # 30 ms that `kg --help` need not pay

        path = Path(path)
        if read_only and not path.exists():
            raise StoreError("there is no graph here", where=path, remedy="make one: kg build SOURCE -o DIR")
        if not read_only:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                what = f"its folder cannot be made ({error.strerror})"
                raise StoreError(what, where=path, remedy="choose a folder that you may write to") from error
        with translated(path):
            connection = duckdb.connect(str(path), read_only=read_only)
        store = cls(path, connection, schema or default_schema())
        try:
            store._check_format(may_create=not read_only)
        except BaseException:
            connection.close()
            raise
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file. Iterators that were handed out end."""
        self._connection.close()

    def add(
        self, graphs: Iterable[tuple[ArticleGraph, Mapping[str, str], AuthorKey]], *, fresh: bool = False
    ) -> int:
        """Adds articles and merges them with what is there; returns how many there were.

        With `fresh` all former articles go, in the same transaction.

        Each comes with the keys of its nodes (node id → key) and of its authors (name → key). An article with the id of
        one in the store replaces it. All or nothing: when anything fails, also in `graphs`, the store stays as it was.
        """
        count = 0
        with translated(self.path):
            self._connection.begin()
            try:
                self._execute("CREATE OR REPLACE TEMP TABLE touched_node (key VARCHAR)")
                self._execute("CREATE OR REPLACE TEMP TABLE touched_edge (id VARCHAR)")
                if fresh:
                    self._delete([row[0] for row in self._connection.execute("SELECT article FROM article").fetchall()])
                batch: dict[str, Rows] = {}
                for graph, keys, authors in graphs:
                    batch[graph.article.id] = article_rows(graph, keys, authors, self._schema)
                    count += 1
                    if len(batch) >= _BATCH:
                        self._write(batch)
                        batch = {}
                self._write(batch)
                for statement in MERGE:
                    self._execute(statement)
                self._connection.commit()
            except BaseException:
                self._connection.rollback()
                raise
        return count

    def remove(self, articles: Iterable[str]) -> None:
        """Takes articles (ids) out again, with whatever only they state."""
        with translated(self.path):
            self._connection.begin()
            try:
                self._execute("CREATE OR REPLACE TEMP TABLE touched_node (key VARCHAR)")
                self._execute("CREATE OR REPLACE TEMP TABLE touched_edge (id VARCHAR)")
                self._delete(list(articles))
                for statement in MERGE:
                    self._execute(statement)
                self._connection.commit()
            except BaseException:
                self._connection.rollback()
                raise

    def article_ids(self) -> frozenset[str]:
        """The ids of all articles in the store."""
        with translated(self.path):
            return frozenset(
                row[0] for row in self._connection.execute("SELECT article FROM article").fetchall()
            )

    def graph(self) -> StoredGraph:
        """The merged graph, to read. It sees the store as it is when an iterator starts."""
        return StoredGraph(self._connection, self.path)

    def _check_format(self, *, may_create: bool) -> None:
        with translated(self.path):
            tables = {
                row[0]
                for row in self._connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
            }
            if not tables and may_create:
                self._connection.begin()
                for statement in CREATE:
                    self._execute(statement)
                self._connection.commit()
                return
            found = None
            if "meta" in tables:
                row = self._connection.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()
                found = row[0] if row else None
        if found is None:
            what = "this DuckDB file was not made by kg"
            raise StoreError(
                what, where=self.path, remedy="choose another folder with -o, or move the file away"
            )
        if found != FORMAT:
            what = f"made by another version of kg ({found}; this one reads {FORMAT})"
            raise StoreError(
                what, where=self.path, remedy="move the file away and build again from the sources"
            )

    def _write(self, batch: Mapping[str, Rows]) -> None:
        if not batch:
            return
        self._delete(list(batch))
        for table, columns in COLUMNS.items():
            rows = [row for tables in batch.values() for row in tables[table]]
            if rows:
                # One list a column: a hundred times as quick as a statement a row.
                values = ", ".join(f"unnest(?::{kind}[])" for _, kind in columns)
                lists = [list(column) for column in zip(*rows, strict=True)]
                self._execute(f"INSERT INTO {table} SELECT {values}", lists)
        self._touch(list(batch))

    def _delete(self, articles: list[str]) -> None:
        self._touch(articles)
        for table in ARTICLE_TABLES:
            self._execute(f"DELETE FROM {table} WHERE article IN (SELECT unnest(?::VARCHAR[]))", [articles])

    def _touch(self, articles: list[str]) -> None:
        """Notes the keys of these articles' rows, before they go and after they came."""
        where = "WHERE article IN (SELECT unnest(?::VARCHAR[]))"
        for table in ("article_node", "author"):
            self._execute(f"INSERT INTO touched_node SELECT DISTINCT key FROM {table} {where}", [articles])
        self._execute(f"INSERT INTO touched_edge SELECT DISTINCT edge FROM fact {where}", [articles])

    def _execute(self, statement: str, parameters: list[Any] | None = None) -> None:
        self._connection.execute(statement, parameters)
