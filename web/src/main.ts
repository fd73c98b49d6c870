import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';

// Pages keep their own places: some of their height is not there yet when a browser would scroll.
history.scrollRestoration = 'manual';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

export default mount(App, { target });
