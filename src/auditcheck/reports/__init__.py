"""The reports: functions of a finished result. What they return, only the command line prints."""
