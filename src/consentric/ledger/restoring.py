"""The last part of a restore, which any run can finish: a record that lies ready takes the place of the present one.

The rename of `restore.part` to `restore` decides. Before it the present record counts; from then on the ready one does,
and nobody may open the folder until it is in its place. Every step can be done again.
"""

from __future__ import annotations

import shutil
from typing import Final

from consentric.ledger.folder import Folder, exists, sync_folder
from consentric.ledger.troubles import told
from consentric.ports import Checkpoint

BESIDE: Final = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; those of the old one would be played into the new one."""


def finish_restore(folder: Folder, checkpoint: Checkpoint) -> None:
    """Under the lock. Does nothing where no restore was decided; what a killed one was copying is deleted."""
    with told(folder.root):
        if exists(folder.restoring):
            shutil.rmtree(folder.restoring)
        if not exists(folder.restored):
            return
        _place_lists(folder)
        checkpoint("restore_lists_placed")
        _place_ledger(folder, checkpoint)
        checkpoint("restore_ledger_placed")
        shutil.rmtree(folder.restored)
        sync_folder(folder.root)


def _place_lists(folder: Folder) -> None:
    folder.lists.mkdir(mode=0o700, exist_ok=True)
    ready = folder.restored / folder.lists.name
    for file in sorted(ready.iterdir()) if exists(ready) else ():
        file.rename(folder.lists / file.name)
    sync_folder(folder.lists)


def _place_ledger(folder: Folder, checkpoint: Checkpoint) -> None:
    ready = folder.restored / folder.database.name
    if not exists(ready):
        return
    for ending in BESIDE:
        folder.database.with_name(folder.database.name + ending).unlink(missing_ok=True)
    sync_folder(folder.root)
    checkpoint("restore_log_gone")
    ready.rename(folder.database)
    sync_folder(folder.root)
