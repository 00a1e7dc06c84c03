"""Answer on complaint (接诉即办) and Open311. Other apps hear of it through sealed acts alone."""
