// The classic client of net/rpc. Only its dial line is Volvox's; that of the classic one is
//
//	client, err := rpc.DialHTTP("tcp", serverAddress+":1234")
package main

import (
	"fmt"
	"log"
	"os"
	"strings"

	"volvox.example/volvox"
)

type Args struct {
	A, B int
}

type Quotient struct {
	Quo, Rem int
}

// arith A B, 7 and 8 if they are not given
func main() {
	log.SetFlags(0)
	args := &Args{7, 8}
	fmt.Sscan(strings.Join(os.Args[1:], " "), &args.A, &args.B)
	client, err := volvox.Dial("")
	if err != nil {
		log.Fatal("dialing: ", err)
	}
	defer client.Close()

	// Synchronous call
	var reply int
	err = client.Call("Arith.Multiply", args, &reply)
	if err != nil {
		log.Fatal("arith error: ", err)
	}
	fmt.Printf("Arith: %d*%d=%d\n", args.A, args.B, reply)

	// Asynchronous call
	quotient := new(Quotient)
	divCall := client.Go("Arith.Divide", args, quotient, nil)
	replyCall := <-divCall.Done
	if replyCall.Error != nil {
		// What the service throws, as for a division by zero, is an error here
		fmt.Printf("Arith: %d/%d: %v\n", args.A, args.B, replyCall.Error)
	} else {
		fmt.Printf("Arith: %d/%d=%d remainder %d\n", args.A, args.B, quotient.Quo, quotient.Rem)
	}
}
