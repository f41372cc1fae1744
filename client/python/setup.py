# SPDX-License-Identifier: MIT
"""Lets tools build the package that do not read pyproject.toml; setup.cfg describes the package."""

from setuptools import setup

setup()
