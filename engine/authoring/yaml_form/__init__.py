"""Workflows as YAML: the dict form in a file, whose mistakes are named with line and column.

    id: DailyRanking
    owner: "@grants-board"
    trigger: {cron: "0 2 * * *", tz: Europe/Berlin}
    services:
      Intake: ranking:Intake
    tasks:
      - {id: fetch, service: Intake, action: fetch_new}
      - {id: board, approval: {ask: "Publish {fetch.count}?", approvers: ["@board"], expires: 2d}}
      - {id: publish, service: Intake, action: publish, when: fetch.count > 0 && board.approved}

`services`, `input`, `form` and options of `retry` name Python objects as `module:name`. YAML is read by the
rules of version 1.2: `on` and `2026-12-01` are texts.
"""

from engine.authoring.yaml_form.documents import read_documents
from engine.authoring.yaml_form.imports import Made, resolve

__all__ = ["Made", "read_documents", "resolve"]
"""Read the documents of a file, and put Python objects where they name some."""
