package kinds

func eksLives() []life {
	return nil
}
