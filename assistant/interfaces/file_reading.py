"""Why a file named on the command line cannot be read, in Chinese."""

from __future__ import annotations


def reason(error: OSError) -> str:
    """The reason in a few words."""
    if isinstance(error, FileNotFoundError):
        return "没有这个文件"
    if isinstance(error, IsADirectoryError):
        return "它是一个文件夹"
    if isinstance(error, PermissionError):
        return "没有读取的权限"
    return error.strerror or "读取出错"
