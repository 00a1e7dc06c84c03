/** The wallet without page and storage, for tests in node and for other pages. */

export { at, open, present, Refused } from "./card";
export { lacks, readOffer, readRequest, show, take, wellKnown } from "./protocol";
