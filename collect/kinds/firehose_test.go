package kinds

func firehoseLives() []life {
	return nil
}
