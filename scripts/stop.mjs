// `npm stop`: removes what `npm start -- --keep` left running.
import { labExists, removeLab } from "./lab.mjs";

const there = labExists();
removeLab();
console.log(there ? "the lab is gone" : "there is no lab");
