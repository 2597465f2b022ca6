package kinds

func athenaLives() []life {
	return nil
}
