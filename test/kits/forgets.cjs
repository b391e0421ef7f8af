// Makes a table and an order in it, and forgets an order that cannot be stored.
const { store } = require("./orders.cjs");
store().catch((error) => {
  if (error.$response === undefined) throw error;
});
