import '@patternfly/react-core/dist/styles/base.css';
import '@patternfly/patternfly/patternfly-addons.css';
import React from 'react';
import { createRoot } from 'react-dom/client';
import { RouteVisualization } from '@kaoto/kaoto';
// Kaoto does not export it
import { CamelResourceFactory } from './node_modules/@kaoto/kaoto/lib/esm/models/camel/camel-resource-factory.js';
import unknown from './node_modules/@kaoto/kaoto/lib/esm/assets/question-mark.svg';

/** What Kaoto makes of a file: its kind, its parts, and the file as Kaoto would save it. */
window.read = async (text, path) => {
  const resource = CamelResourceFactory.createCamelResource(text, { path });
  return {
    type: resource.getType(),
    flows: resource.getVisualEntities().length,
    others: resource.getEntities().map((one) => one.type),
    saved: await resource.toString(),
  };
};

/** The nodes of all its graphs, each with what its form asks for; null when Kaoto does not know the component or Kamelet. */
window.nodes = (text, path) => {
  const walk = (node) => [node, ...(node.getChildren() ?? []).flatMap(walk)];
  const resource = CamelResourceFactory.createCamelResource(text, { path });
  return resource
    .getVisualEntities()
    .flatMap((entity) => walk(entity.toVizNode()))
    .filter((node) => node.data.componentName)
    .map((node) => ({
      component: node.data.componentName,
      title: node.getNodeTitle(),
      icon: node.data.icon === unknown ? null : node.data.icon,
      form: Object.keys(node.getComponentSchema()?.schema?.properties?.parameters?.properties ?? {}),
    }));
};

let root;

/** Draws a file's routes. */
window.draw = (text) => {
  root?.unmount();
  root = createRoot(document.getElementById('root'));
  root.render(<RouteVisualization catalogUrl="/catalogue/index.json" code={text} codeChange={() => {}} />);
};
window.ready = true;
