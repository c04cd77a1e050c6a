// Reads a GraphML and a GEXF file as Gephi Lite does and prints what it saw as JSON.
import { readFileSync } from "node:fs";
import { DOMParser } from "@xmldom/xmldom";
import Graphology from "graphology";
import graphml from "graphology-graphml";
import gexf from "graphology-gexf";

const { MultiDirectedGraph } = Graphology;
const [graphmlPath, gexfPath] = process.argv.slice(2);

const seen = (graph) => ({
  nodes: graph.nodes().map((key) => ({ key, ...graph.getNodeAttributes(key) })),
  edges: graph.edges().map((key) => ({ key, source: graph.source(key), target: graph.target(key), ...graph.getEdgeAttributes(key) })),
});
// A stricter XML parser than the readers' own: any error ends the check. (It warns of U+FFFD, which is ours: see hostile names.)
const strict = new DOMParser({ onError: (level, message) => { if (level !== "warning") throw new Error(message); } });
const texts = [graphmlPath, gexfPath].map((path) => readFileSync(path, "utf8"));
texts.forEach((text) => strict.parseFromString(text, "text/xml"));
process.stdout.write(JSON.stringify({
  graphml: seen(graphml.parse(MultiDirectedGraph, texts[0])),
  gexf: seen(gexf.parse(MultiDirectedGraph, texts[1])),
}));
