"""How long the random histories of the state machines are: seconds by default, minutes with the profile "long"."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

_ALL = tuple(HealthCheck)


def histories() -> settings:
    """Return the settings of a state machine under the profile that was chosen on the command line."""
    is_long = settings.get_current_profile_name() == "long"
    return settings(
        max_examples=40 if is_long else 2,
        stateful_step_count=50 if is_long else 14,
        phases=[Phase.generate],  # the steps that failed are told; to look for fewer ones takes very long
        deadline=None,
        derandomize=not is_long,
        database=None,
        print_blob=True,
        suppress_health_check=_ALL,
    )
