package kinds

func ec2ConnectionsLives() []life {
	return nil
}
