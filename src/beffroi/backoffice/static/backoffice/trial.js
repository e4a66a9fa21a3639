/* A test notification goes to this very browser, if it is subscribed on the residents' side. */
const box = document.querySelector("[data-trial]");
if (box && "serviceWorker" in navigator) {
  const registration = await navigator.serviceWorker.getRegistration(box.dataset.trial);
  const subscription = await registration?.pushManager?.getSubscription();
  if (subscription) {
    const form = box.querySelector("form");
    form.elements.abonnement.value = JSON.stringify(subscription);
    form.hidden = false;
    box.querySelector("[data-trial-off]").hidden = true;
  }
}
