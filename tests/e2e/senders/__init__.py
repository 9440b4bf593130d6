"""Each CDP as it sends to the hub: paths, keys and headers are those that its documentation or Voucherify's states."""
