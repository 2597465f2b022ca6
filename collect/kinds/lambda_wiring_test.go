package kinds

func lambdaWiringLives() []life {
	return nil
}
