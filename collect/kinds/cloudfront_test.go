package kinds

func cloudfrontLives() []life {
	return nil
}
