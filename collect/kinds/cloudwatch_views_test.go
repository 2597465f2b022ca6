package kinds

func cloudwatchViewsLives() []life {
	return nil
}
