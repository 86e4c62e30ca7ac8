/** torchvision's operators for detection. */

import { family, op } from "./define.ts";

const region = "Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width";

export const detection = family("kernels/detection", [
  op("torchvision::nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor", {
    doc: "Places of the boxes that no better one overlaps, by falling score.",
  }),
  op(`torchvision::roi_align(${region}, int sampling_ratio, bool aligned) -> Tensor`, {
    doc: "Regions of feature maps as bins, each the mean of samples between elements.",
  }),
  op(`torchvision::roi_pool(${region}) -> (Tensor, Tensor)`, {
    doc: "Regions of feature maps as bins, each its largest element, and where that is.",
  }),
  op(`torchvision::ps_roi_align(${region}, int sampling_ratio) -> (Tensor, Tensor)`, {
    doc: "roi_align in which each bin reads a channel of its own, and which.",
  }),
  op(`torchvision::ps_roi_pool(${region}) -> (Tensor, Tensor)`, {
    doc: "Regions of feature maps as bins, each the mean of its elements in a channel of its own, and which.",
  }),
]);
