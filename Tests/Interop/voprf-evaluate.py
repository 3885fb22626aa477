"""One evaluation between voprf and passbind-oprf-peer, run by Tests/Interop/voprf:

    voprf-evaluate.py PEER keys
    voprf-evaluate.py PEER SIDE COUNT [CASE]

SIDE is voprf's. The exit status is 0 if the evaluation ended as it has to: with the right outputs, or refused where the
case is one of an attack.
"""
import os
import subprocess
import sys

from voprf import ristretto

GOOD, LONG = "good", "long"
# What each case is refused with: by ours, and by theirs for one input and for several.
FALSE = ("invalidProof", "invalid proof", "ProofVerification")
MALFORMED = ("invalidEncoding", "invalid blinded OPRF output", "invalid blinded OPRF output")
REASONS = {
    "wrong-key": FALSE,
    "tampered-proof": FALSE,
    "tampered-element": FALSE,
    "swapped-elements": FALSE,
    "other-blinding": FALSE,
    "identity": MALFORMED,
    "garbage": MALFORMED,
}
PROOF, ELEMENT = 64, 32


class Refused(Exception):
    pass


class Ours:
    """passbind-oprf-peer, a step a line."""

    def __init__(self, command):
        self.process = subprocess.Popen([command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="ascii")

    def step(self, name, *values):
        line = " ".join([name] + [value.hex() or "-" for value in values])
        print("to ours:  ", line[:200])
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().rstrip("\n")
        print("from ours:", answer[:200])
        kind, _, rest = answer.partition(" ")
        if kind != "ok":
            raise Refused(rest)
        return [bytes.fromhex(word) for word in rest.split(" ")]


def split(data, size):
    return [data[i : i + size] for i in range(0, len(data), size)]


def tamper(case, elements, proof, again):
    """The answer as the attacker of the case makes it; `again` evaluates other blindings of the same inputs."""
    if case == "tampered-proof":
        proof = bytes([proof[0] ^ 1]) + proof[1:]
    elif case == "tampered-element":
        elements = elements[ELEMENT:] + elements[ELEMENT:]
    elif case == "swapped-elements":
        elements = elements[ELEMENT:] + elements[:ELEMENT]
    elif case == "other-blinding":
        elements, proof = again()
    elif case == "identity":
        elements = bytes(ELEMENT) + elements[ELEMENT:]
    elif case == "garbage":
        elements = b"\xff" * ELEMENT + elements[ELEMENT:]
    return elements, proof


def keys(ours):
    for info in (b"", b"test key", b"i" * 1000):
        seed = os.urandom(32)
        theirs = ristretto.Evaluator.from_seed(seed, info)
        assert ours.step("server", seed, info) == [theirs.public_key.serialize()]
        for text in (b"a", b"b" * 200, b"c" * 65535):
            assert ours.step("known", text) == [theirs.evaluate_known_input(text)]


def their_client(ours, inputs, case):
    seed = os.urandom(32)
    [public_key] = ours.step("server", seed, b"info")
    expected = [ours.step("known", text)[0] for text in inputs]
    if case == "wrong-key":
        public_key = ristretto.Evaluator.from_seed(seed, b"other").public_key.serialize()

    def blind():
        return zip(*[ristretto.Client.blind(text) for text in inputs])

    def evaluate(blinded):
        return ours.step("evaluate", b"".join(element.serialize() for element in blinded))

    clients, blinded = blind()
    elements, proof = tamper(case, *evaluate(blinded), lambda: evaluate(list(blind())[1]))
    key = ristretto.PublicKey.deserialize(public_key)
    try:
        if len(inputs) == 1:
            answer = ristretto.VerifiableOutput.deserialize(proof + elements)
            outputs = [clients[0].finalize(answer, key)]
        else:
            answer = ristretto.VerifiableBatchOutput.deserialize(proof + elements)
            outputs = ristretto.Client.finalize_batch(list(clients), answer, key)
    except BaseException as error:  # a batch whose proof does not hold makes it panic
        raise Refused(repr(error)) from error
    assert outputs == expected


def their_server(ours, inputs, case):
    server = ristretto.Evaluator.from_seed(os.urandom(32), b"info")
    asked = ristretto.Evaluator(os.urandom(32)) if case == "wrong-key" else server
    key = server.public_key.serialize()

    def evaluate(blinded):
        blinded = [ristretto.BlindedInput.deserialize(element) for element in split(blinded, ELEMENT)]
        if len(blinded) == 1:
            answer = asked.evaluate(blinded[0]).serialize()
        else:
            answer = asked.evaluate_batch(blinded).serialize()
        return answer[PROOF:], answer[:PROOF]

    [other] = ours.step("client", key, *inputs)
    [blinded] = ours.step("client", key, *inputs)
    elements, proof = tamper(case, *evaluate(blinded), lambda: evaluate(other))
    [outputs] = ours.step("finalize", elements, proof)
    assert split(outputs, 64) == [server.evaluate_known_input(text) for text in inputs]


def main(command, side, count=1, case=GOOD):
    ours = Ours(command)
    inputs = [b"x" * 65535] if case == LONG else [b"input %d" % i for i in range(int(count))]
    try:
        if side == "keys":
            keys(ours)
        elif side == "client":
            their_client(ours, inputs, case)
        else:
            their_server(ours, inputs, case)
    except Refused as refusal:
        print("refused:", refusal)
        if case not in REASONS:
            return 1
        reason = REASONS[case][0 if side == "server" else 1 if len(inputs) == 1 else 2]
        return 0 if reason in str(refusal) else 1
    finally:
        ours.process.stdin.close()
        ours.process.wait()
    return 1 if case in REASONS else 0


sys.exit(main(*sys.argv[1:]))
