package kinds

func kafkaLives() []life {
	return nil
}
