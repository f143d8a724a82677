"""What the processes of the grading engine say to each other: data only, within limits, never unpickled."""
