"use strict";
window.ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  // The default asks a server on the internet to judge the document.
  validatorUrl: null,
});
