"use strict";
window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: document.getElementById("docs").dataset.description,
    dom_id: "#docs",
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    persistAuthorization: false,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
});
