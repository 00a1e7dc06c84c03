"""The market regulator: companies registered in seconds, applications that an official decides, licences."""
