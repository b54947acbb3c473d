"""The OpenAPI 3.1 document, made from the same declarations that decode and gate each request."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from app.kernel.web import PUBLIC, Endpoint

_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
_SCHEMAS = {"uuid": {"type": "string", "format": "uuid"}, "int": {"type": "integer"}, "path": {"type": "string"}}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "code": {"type": "string"}, "detail": {"type": "string"},
    },
}  # fmt: skip


def document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """Every `/api/v1` route with its body, answers, problems and security."""
    api = sorted((e for e in endpoints if e.rule.startswith("/api/v1/")), key=lambda e: (e.rule, e.methods))
    shapes = [shape for e in api for shape in (e.body, e.form, *e.answers.values()) if shape is not None and shape is not dict]
    _schemas, components = msgspec.json.schema_components(shapes, ref_template="#/components/schemas/{name}")
    known = {repr(shape): schema for shape, schema in zip(shapes, _schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in api:
        path = _PARAMETER.sub(r"{\2}", endpoint.rule)
        for method in endpoint.methods:
            paths.setdefault(path, {})[method.lower()] = _operation(endpoint, known)
    return {
        "openapi": "3.1.0",
        "info": {"title": "The college for programs", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": {**components, "Problem": _PROBLEM},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "college"},
            },
        },
    }


def _operation(endpoint: Endpoint, known: dict[str, Any]) -> dict[str, Any]:
    """One method of one path."""
    operation: dict[str, Any] = {
        "operationId": endpoint.name.replace(".", "_"),
        "summary": endpoint.summary,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": _SCHEMAS.get(kind or "", {"type": "string"})}
            for kind, name in _PARAMETER.findall(endpoint.rule)
        ],
        "responses": {
            **{str(status): _response(shape, known) for status, shape in (endpoint.answers or {200: None}).items()},
            "default": {
                "description": "A refusal: nothing was changed.",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
        "security": [] if endpoint.allow == PUBLIC else [{"bearer": []}, {"session": []}],
    }
    if endpoint.creates:
        operation["parameters"].append(
            {"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 255}}
        )
    if endpoint.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": known[repr(endpoint.body)]}}}
    if endpoint.form is not None:
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": known[repr(endpoint.form)]}}}
    return operation


def _response(shape: Any, known: dict[str, Any]) -> dict[str, Any]:
    if shape is None:
        return {"description": "Done."}
    schema = {"type": "object"} if shape is dict else known[repr(shape)]
    return {"description": "Done.", "content": {"application/json": {"schema": schema}}}
