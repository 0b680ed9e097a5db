"""What those who install and look after it type: one function a command, said in plain Vietnamese."""
